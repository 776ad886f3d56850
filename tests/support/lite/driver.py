"""Runs inside Pyodide: calls a main.py the way xlwings Lite does, through xlwings' own functions."""

import json
import sys
import types

import js
import xlwings as xw
from xlwings import server

before = set(sys.modules)
main = types.ModuleType("main")

CLIENT = {"version": xw.__version__, "client": "Office.js", "runtime": "1.4", "content_language": "en-US"}
CULTURE = {"date_format": "m/d/yyyy", "culture_info_name": "en-US"}


async def load(request):
    """Run the code as the module main; the modules that this brought in, without ours."""
    global main
    main = types.ModuleType("main")
    sys.modules["main"] = main
    exec(compile(request["code"], "main.py", "exec"), main.__dict__)
    return json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules)} - {"main"}))


async def functions_meta(request):
    return json.dumps(server.custom_functions_meta(main))


async def scripts_meta(request):
    return json.dumps(server.custom_scripts_meta(main))


async def call(request):
    """Call functions in turn, each as [name, arguments]; what they give and the scripts they ask for."""
    values, scripts = [], []
    for name, arguments in request["calls"]:
        address = request["address"]
        data = {**CLIENT, **CULTURE, "func_name": name, "args": arguments, "caller_address": address}
        known = {server.Caller: server.caller_from_address(address)}
        result = await server.custom_functions_call(data, main, typehint_to_value=known)
        if isinstance(result, server.CustomFunctionResult):
            scripts.append(result.script)
            result = result.value
        values.append(result)
    return json.dumps({"values": values, "scripts": scripts})


async def run_script(request):
    """Run a script on the workbook; what it does to it, also what it had done before it went on."""
    js.takeDispatched()
    book = xw.Book(json={"client": "Office.js", "version": xw.__version__, **request["book"]})
    await server.custom_scripts_call(main, request["name"], typehint_to_value={xw.Book: book})
    return json.dumps(json.loads(js.takeDispatched()) + book.json()["actions"])


async def evaluate(request):
    return json.dumps(eval(request["code"], main.__dict__))
