"""The template workbook: a plan (cells as data), written with XlsxWriter."""
