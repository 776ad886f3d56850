"""The values that formulas show, brought up to date in a workbook's file by the second engine."""
