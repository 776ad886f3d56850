"""What LibreOffice must read before it can load our functions: their types and the place of the component.

Nothing here needs UNO. The Python methods behind these declarations are in `addin.py`. LibreOffice reads types
from their source (.idl) as it does from compiled ones (.rdb), so that neither its SDK nor a compiled file is needed.
"""

from __future__ import annotations

from pathlib import Path
from xml.sax.saxutils import quoteattr

from xl_lifecycle.core.functions import FUNCTIONS

SERVICE = "org.xllifecycle.Functions"
IMPLEMENTATION = "org.xllifecycle.LibreOfficeFunctions"
ADD_IN = "com.sun.star.sheet.AddIn"
TYPES, COMPONENTS = "functions.idl", "functions.components"

# How Excel files spell a call: plain (also `[0]!CAC`), an Office.js custom function, an XLL. LibreOffice knows one
# spelling of a method and writes that one back, so each spelling needs its own method.
SPELLINGS = {"": "{}", "XLDUDF_": "_xldudf_{}", "XLL_": "_xll.{}"}
METHODS = {  # method: the function's name, its spelling
    prefix + name: (name, spelling.format(name)) for prefix, spelling in SPELLINGS.items() for name in FUNCTIONS.names
}

_ROWS = "sequence< sequence<any> >"
_CALLER = "[in] com::sun::star::beans::XPropertySet document"  # Calc adds this argument; users never see it
_COMPONENT = Path(__file__).with_name("addin.py")


def idl() -> str:
    """The interface of all functions, as UNO IDL.

    Every method returns rows of cells, because a method declared `any` cannot return a grid from Python. Calc
    treats one row of one cell as a scalar.
    """
    methods = "\n".join(f"  {_ROWS} {method}({_parameters(name)});" for method, (name, _) in METHODS.items())
    return f"""module org {{ module xllifecycle {{
 interface XFunctions {{
{methods}
 }};
 service Functions : XFunctions;
}}; }};
"""


def _parameters(name: str) -> str:
    function = FUNCTIONS.names[name]
    if function.variadic:
        return f"[in] sequence<any> arguments, {_CALLER}"
    return ", ".join([*(f"[in] any p{i}" for i in range(len(function.parameters))), _CALLER])


def components(uri: str) -> str:
    """The registration of the component. uri: its Python file, absolute or relative to the registration's."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<components xmlns="http://openoffice.org/2010/uno-components">
 <component loader="com.sun.star.loader.Python" uri={quoteattr(uri)}>
  <implementation name="{IMPLEMENTATION}">
   <service name="{SERVICE}"/>
   <service name="{ADD_IN}"/>
  </implementation>
 </component>
</components>
"""


def build(folder: Path) -> None:
    """Write functions.idl and functions.components into a folder whose path LibreOffice gets as a setting."""
    (folder / TYPES).write_text(idl(), encoding="utf-8", newline="\n")
    (folder / COMPONENTS).write_text(components(_COMPONENT.as_uri()), encoding="utf-8", newline="\n")
