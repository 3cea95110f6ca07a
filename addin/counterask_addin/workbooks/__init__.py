"""Workbooks as files: read safely whoever saved them, patched only where need be, written whole or not at all."""
