"""Formats: one module each, bytes in, records and problems out; nothing is dropped in silence."""
