"""Excel with xlwings Lite: our Python inside the workbook."""
