"""The workbook's tables as one dataset: rows read into facts, any measure for any selection, as of any day."""
