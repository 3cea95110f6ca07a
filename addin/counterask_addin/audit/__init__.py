"""The audit: every quote of a folder valued anew, into Parquet tables and one report workbook.

`found` finds the files, `valuing` turns the bytes of one into rows, `batch` does so for many in a worker process, `store`
keeps what is known between runs, `run` drives workers, `queries` asks the tables, `report` and its kin draw the workbook.
"""
