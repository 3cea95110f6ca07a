"""A new quote that is filled in: the client, the segment and the products, and everything else at the company's standard.

`wanted` is what it is to hold. `products` matches names and quantities with the price book, `crm_columns` and `crm_file` read an
export of a CRM, `asking` asks at a terminal, and `filling` puts it all into a copy of the built template.
"""
