"""The client copy: what was agreed, and nothing else, as a new document that is searched before it is left behind.

`agreed` takes from a quote what a client may know: the allow-list. `proposal` puts it into words, `sheet` and `pdf` draw it;
none of the three ever sees the quote. `confidential` lists what the quote holds, and `leak_scan` and `pdf_scan` look for it.
"""
