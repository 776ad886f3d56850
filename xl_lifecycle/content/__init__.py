"""What people and imports put into a workbook."""
