"""Tests of the live LibreOffice host, with a real LibreOffice."""
