"""Facts into content: what is merged, what came, and how an open workbook takes it."""
