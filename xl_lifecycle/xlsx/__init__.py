"""An existing workbook's file: opened, patched and written whole, with nothing lost."""
