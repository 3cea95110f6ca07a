"""What did the user type: cells, tables and JSON become a quote, or a list of problems with their places."""
