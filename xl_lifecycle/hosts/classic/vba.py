"""The VBA inside lifecycle.xlsm, generated from the catalogue: it passes cells to `calls.py` and back.

Each of our functions is a public VBA function, because Excel finds no others; they share the rest of the code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from xl_lifecycle import __version__
from xl_lifecycle.core.language.vocabulary import ALL
from xl_lifecycle.core.wizard import Function

CATEGORY = "xl-lifecycle"
REFRESH_MACRO = "RefreshLifecycle"
CHANNEL_NAME, PERIOD_NAME = "ThisChannel", "ThisPeriod"  # names on a sheet: the channel and period of =CAC() there
ERROR = "xl-lifecycle error "  # start of a text that represents an Excel error; its number follows
TABLES_REQUEST = "xl-lifecycle wants the tables"
MOST_ARGUMENTS = 7
PYTHON = "xl_lifecycle.hosts.classic"
HOME = r"%LOCALAPPDATA%\xl-lifecycle"  # where the macros of lifecycle.xlsm look for Python

CALLS = r"""'Made by xl-lifecycle. The functions are in Python; this module passes cells to it and back.
Option Explicit
Option Private Module
Private Const PYTHON As String = "{python}"
Private server As Object

'The arguments that were given, as values: =CAC(A1) with A1 empty is not =CAC().
Public Function Given({optional}) As Variant
    {given}
    Else
        Given = Array()
    End If
End Function

'The value of an argument. Value2 reads a whole range at once, and has dates as numbers.
Public Function Held(Optional ByVal argument As Variant) As Variant
    If IsMissing(argument) Then
        Held = Empty
    ElseIf IsObject(argument) Then
        If argument.Areas.Count = 1 Then
            Held = Used(argument).Value2
        Else
            Held = CVErr(2015)
        End If
    ElseIf VarType(argument) = vbDate Then
        Held = CDbl(argument)
    Else
        Held = argument
    End If
End Function

'A whole column down to its last cell with a value: a million cells would take minutes. At least two rows,
'because one cell would count for every row of the other arguments.
Private Function Used(ByVal cells As Object) As Object
    Dim last As Long
    Set Used = cells
    If cells.Rows.Count < cells.Worksheet.Rows.Count Then Exit Function
    last = cells.Worksheet.UsedRange.Row + cells.Worksheet.UsedRange.Rows.Count - 1
    Do While last > 2
        If Application.CountA(cells.Rows(last)) > 0 Then Exit Do
        last = last - 1
    Loop
    If last < 2 Then last = 2
    Set Used = cells.Resize(last)
End Function

'Whether a call uses the workbook's Data without naming it. place: the position of Data, from 0.
Public Function LeavesOutData(ByVal values As Variant, ByVal place As Long) As Boolean
    Dim first As Variant, cell As Variant
    If UBound(values) < 0 Then
        LeavesOutData = True
        Exit Function
    End If
    If UBound(values) >= place Then
        If IsArray(values(place)) Then Exit Function
        If Trim$(CStr(values(place))) <> "" Then Exit Function
    End If
    first = values(0)
    If Not IsArray(first) Then first = Array(first)
    For Each cell In first
        If VarType(cell) = vbString Then
            LeavesOutData = True
            Exit Function
        End If
    Next cell
End Function

'Ask Python. short: whether the call leaves out its channel, period or Data.
Public Function AnswerOf(ByVal name As String, ByVal values As Variant, ByVal short As Boolean) As Variant
    Dim asked As Variant, told As Variant
    On Error GoTo failed
    If short Then
        asked = Request(name, Here("{channel}", "{all}"), Here("{period}", Empty), DataToken(), values)
    Else
        asked = Request(name, Empty, Empty, Empty, values)
    End If
    told = Ask("call", asked)
    If WantsTables(told) Then
        Ask "call", Request("DATASET", Empty, Empty, Empty, TablesOfData())
        told = Ask("call", asked)
    End If
    AnswerOf = CellsOf(told)
    Exit Function
failed:
    AnswerOf = CVErr(IIf(server Is Nothing, 2029, 2015))
End Function

Private Function Request(ByVal name As String, ByVal channel As Variant, ByVal period As Variant, _
        ByVal token As Variant, ByVal values As Variant) As Variant
    Dim items() As Variant, i As Long
    ReDim items(0 To 4 + UBound(values))
    items(0) = name
    items(1) = channel
    items(2) = period
    items(3) = token
    For i = 0 To UBound(values)
        items(4 + i) = values(i)
    Next i
    Request = items
End Function

'Ask Python, and start it again if it has ended since the last call.
Private Function Ask(ByVal procedure As String, ByVal items As Variant) As Variant
    On Error GoTo failed
    If server Is Nothing Then Set server = XLPy()
    Ask = server.CallUDF(PYTHON, procedure, items)
    Exit Function
failed:
    Select Case Err.Number
        Case 462, -2147023174, -2147023170, -2147417848
            Set server = Nothing
            Set server = XLPy()
            Ask = server.CallUDF(PYTHON, procedure, items)
        Case Else
            Err.Raise Err.Number, Err.Source, Err.Description
    End Select
End Function

'A cell that has a name on the calling cell's sheet.
Private Function Here(ByVal name As String, ByVal otherwise As Variant) As Variant
    Here = otherwise
    On Error Resume Next
    Here = Application.Caller.Worksheet.Range(name).Value2
End Function

'The value of the workbook's cell Data.
Public Function DataToken() As Variant
    On Error Resume Next
    DataToken = ThisWorkbook.Names("Data").RefersToRange.Cells(1, 1).Value2
End Function

Private Function WantsTables(ByVal told As Variant) As Boolean
    If VarType(told) = vbString Then WantsTables = (told = "{tables}")
End Function

'The tables that the formula in Data passes to DATASET.
Private Function TablesOfData() As Variant
    Dim cell As Object, inner As String, references() As String, grids() As Variant, i As Long
    Set cell = ThisWorkbook.Names("Data").RefersToRange.Cells(1, 1)
    inner = Mid$(cell.Formula, InStr(cell.Formula, "(") + 1)
    references = Split(Left$(inner, Len(inner) - 1), ",")
    ReDim grids(0 To UBound(references))
    For i = 0 To UBound(references)
        grids(i) = cell.Worksheet.Evaluate(Trim$(references(i))).Value2
    Next i
    TablesOfData = grids
End Function

Private Function CellsOf(ByVal told As Variant) As Variant
    Dim i As Long, j As Long
    If Not IsArray(told) Then
        CellsOf = CellOf(told)
        Exit Function
    End If
    If IsFlat(told) Then
        For i = LBound(told) To UBound(told)
            told(i) = CellOf(told(i))
        Next i
    Else
        For i = LBound(told, 1) To UBound(told, 1)
            For j = LBound(told, 2) To UBound(told, 2)
                told(i, j) = CellOf(told(i, j))
            Next j
        Next i
    End If
    CellsOf = told
End Function

Private Function CellOf(ByVal told As Variant) As Variant
    CellOf = told
    If VarType(told) <> vbString Then Exit Function
    If Left$(told, {length}) = "{error}" Then CellOf = CVErr(CLng(Mid$(told, {length} + 1)))
End Function

Private Function IsFlat(ByVal told As Variant) As Boolean
    Dim bound As Long
    On Error Resume Next
    bound = UBound(told, 2)
    IsFlat = (Err.Number <> 0)
End Function

'Start Python before the first cell asks, and tell the function wizard what each function is.
Public Sub StartLifecycle()
    Dim told As Variant, saved As Boolean
    saved = ThisWorkbook.Saved
    On Error GoTo failed
    told = Ask("notice", Array("{version}"))
    If told <> "" Then Application.StatusBar = told
    Describe Ask("wizard", Array("{version}"))
    ThisWorkbook.Saved = saved
    Exit Sub
failed:
    Application.StatusBar = "xl-lifecycle: Python did not start; the figures are the saved ones. " & Err.Description
End Sub

Private Sub Describe(ByVal texts As Variant)
    Dim i As Long, first As Long
    first = LBound(texts, 2)
    On Error Resume Next 'a newer Python may know more functions than this workbook
    For i = LBound(texts, 1) To UBound(texts, 1)
        Application.MacroOptions Macro:=texts(i, first), Description:=texts(i, first + 1), _
            Category:="{category}", ArgumentDescriptions:=Split(texts(i, first + 2), vbTab)
    Next i
End Sub
"""

WORKBOOK = r"""Option Explicit
Private settled As String

Private Sub Workbook_Open()
    settled = CStr(DataToken())
    StartLifecycle
End Sub

'A cell such as =CAC() may have been calculated before Data: Excel does not know that it needs Data.
Private Sub Workbook_SheetCalculate(ByVal Sh As Object)
    If CStr(DataToken()) = settled Then Exit Sub
    settled = CStr(DataToken())
    Application.Calculate
End Sub
"""


BUTTONS = r"""'Made by xl-lifecycle: the macros of the buttons.
Option Explicit

'Read the pasted exports, and those in the folder on Settings, into the tables.
Public Sub {macro}()
    RunPython "import {python} as lifecycle; lifecycle.refresh()"
End Sub
"""


def buttons() -> str:
    """The module with the macros of the buttons."""
    return BUTTONS.format(macro=REFRESH_MACRO, python=PYTHON)


def calls() -> str:
    """The module that all functions share."""
    letters = "abcdefgh"[:MOST_ARGUMENTS]
    optional = ", ".join(f"Optional ByVal {letter} As Variant" for letter in letters)
    branches = []
    for count in range(MOST_ARGUMENTS, 0, -1):
        arguments = ", ".join(f"Held({letter})" for letter in letters[:count])
        branches.append(f"If Not IsMissing({letters[count - 1]}) Then\n        Given = Array({arguments})")
    values = {
        "python": PYTHON,
        "optional": optional,
        "given": "\n    Else".join(branches),
        "channel": CHANNEL_NAME,
        "period": PERIOD_NAME,
        "all": ALL,
        "tables": TABLES_REQUEST,
        "error": ERROR,
        "length": len(ERROR),
        "version": __version__,
        "category": CATEGORY,
    }
    return re.sub(r"\{(\w+)\}", lambda match: str(values[match[1]]), CALLS)


def functions(entries: Iterable[Function]) -> str:
    """The module with the functions themselves."""
    head = "'Made by xl-lifecycle, one function for each in the catalogue. Do not edit.\nOption Explicit\n"
    return head + "".join(_variadic(function) if function.variadic else _function(function) for function in entries)


def _function(function: Function) -> str:
    if len(function.parameters) > MOST_ARGUMENTS:
        raise ValueError(f"{function.name} has more than {MOST_ARGUMENTS} parameters; increase MOST_ARGUMENTS")
    data = next((i for i, parameter in enumerate(function.parameters) if parameter.split("_or_")[0] == "data"), None)
    short = "False" if data is None else f"LeavesOutData(values, {data})"
    if data == 1:  # AS_OF, whose day may be a number
        short += f" Or UBound(values) < {data}"
    parameters = ", _\n        ".join(f"Optional ByVal {parameter} As Variant" for parameter in function.parameters)
    return f"""
Public Function {function.name}({parameters}) As Variant
    Dim values As Variant, short As Boolean
    values = Given({", ".join(function.parameters)})
    short = {short}
    If short Then Application.Volatile
    {function.name} = AnswerOf("{function.name}", values, short)
End Function
"""


def _variadic(function: Function) -> str:
    (parameter,) = function.parameters
    return f"""
Public Function {function.name}(ParamArray {parameter}() As Variant) As Variant
    Dim values() As Variant, i As Long
    ReDim values(0 To UBound({parameter}))
    For i = 0 To UBound({parameter})
        values(i) = Held({parameter}(i))
    Next i
    {function.name} = AnswerOf("{function.name}", values, False)
End Function
"""
