"""The workbooks: where things stand, and the code that draws them."""
