"""One module a verb of the command line, each with a click command named `command`."""
