"""Classic Excel: what turns a plain workbook into one whose functions and ribbon run in a local Python."""
