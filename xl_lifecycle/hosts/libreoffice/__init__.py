"""LibreOffice Calc: our functions as an extension."""
