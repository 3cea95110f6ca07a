"""xlwings Lite: the same functions in Excel on Windows, Mac and the web, with our code inside the
workbook."""
