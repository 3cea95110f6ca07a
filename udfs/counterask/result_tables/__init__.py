"""How does a result look as rows: the tables that every sheet and report shows."""
