"""What surrounds the engine: hosts, workbooks in and out, checks, and the command line."""
