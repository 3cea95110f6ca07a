"""Pages and pictures that people print or send: the card of rules of thumb, the bridge."""
