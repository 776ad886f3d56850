"""An existing workbook: read, and patched so that nothing in it is lost.

`read` gives its tables as a content. `opened` shows the file as Excel shows an open workbook, so that one Refresh
serves both; `package` and `sheet` are the file's parts and cells, `copies` copies a sheet, `bare` is the file for
the second engine, `held` lets one refresh at a time have it.
"""
