"""Why this number, and what would turn it: explanations, bridges, flip tests, rules of thumb, versions compared."""
