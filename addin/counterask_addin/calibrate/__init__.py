"""From a company's own closed deals to assumptions with evidence.

`columns` says what the tables hold, `mapping`, `delimited` and `reading` read them, `histories` turns contracts into what the
likelihood needs, `staying`, `rates`, `claims` and `payments` estimate, `segments` draws small segments towards the whole,
`fitting` puts it together, `proposal` writes the limits workbook and `report` the page with charts. It needs the extra
`calibrate`.
"""
