Option Explicit

'What the buttons of the Counterask tab do. A button either recalculates and shows a place in this workbook, or
'saves the workbook and hands its path to Python (counterask_addin.excel.buttons), which writes a report of two
'parts: the file to open, if any, on the first line; what to tell the person on the others.
'Cells are found by their defined names, never by address.

Private Const TITLE As String = "Counterask"
Private Const FINE As Long = 0
Private Const FOUND_SOMETHING As Long = 1

Public Sub CounteraskNewQuote(control As IRibbonControl)
    'A quote with macros holds the functions itself. In one without, Excel would link every formula to the add-in of
    'the person who saved it. On a Mac the functions run in xlwings Lite, whose quotes need no macros.
    Dim target As Variant
    #If Mac Then
    target = Application.GetSaveAsFilename(InitialFileName:="quote.xlsx")
    #Else
    target = Application.GetSaveAsFilename(InitialFileName:="quote.xlsm", _
        FileFilter:="Excel workbook with macros (*.xlsm), *.xlsm", Title:="Where do you want to save the new quote?")
    #End If
    If VarType(target) = vbBoolean Then Exit Sub 'cancelled
    PressButton "new", CStr(target)
End Sub

Public Sub CounteraskValueNow(control As IRibbonControl)
    If Not IsQuote() Then Exit Sub
    Application.CalculateFull
    ShowPlace "Trades"
End Sub

Public Sub CounteraskCounterAsks(control As IRibbonControl)
    ShowPlace "Counter_asks"
End Sub

Public Sub CounteraskShowTheMath(control As IRibbonControl)
    ShowPlace "Explanation"
End Sub

Public Sub CounteraskClientCopy(control As IRibbonControl)
    Dim path As String
    path = SavedQuote()
    If path <> "" Then PressButton "client-copy", path
End Sub

Public Sub CounteraskCheck(control As IRibbonControl)
    Dim path As String
    path = SavedQuote()
    If path <> "" Then PressButton "check", path
End Sub

Public Sub CounteraskHelp(control As IRibbonControl)
    Dim answer As Long
    answer = MsgBox("New quote: an empty quote workbook." & vbNewLine & _
        "Value now: calculates every trade again." & vbNewLine & _
        "Counter-asks: what would balance the chosen trade." & vbNewLine & _
        "Show the math: the chosen trade, line by line." & vbNewLine & _
        "Client copy: the agreed terms alone, without costs and limits." & vbNewLine & _
        "Check: everything counted again from the inputs." & vbNewLine & vbNewLine & _
        "Built with xlwings " & XLWINGS_VERSION & "." & vbNewLine & vbNewLine & _
        "Look now for what might stop the functions on this machine?", vbYesNo + vbQuestion, TITLE)
    If answer = vbYes Then PressButton "doctor", ""
End Sub

Public Sub CounteraskTabVisible(control As IRibbonControl, ByRef visible As Variant)
    'The workbook's own tab steps back where the add-in, with the same buttons, is loaded.
    Dim addin As Workbook
    On Error Resume Next
    Set addin = Workbooks("counterask.xlam")
    On Error GoTo 0
    visible = (addin Is Nothing) Or (ThisWorkbook.IsAddin)
End Sub

Private Function IsQuote() As Boolean
    If ActiveWorkbook Is Nothing Then
        Complain "No workbook is open. Open a quote first, or press New quote."
    ElseIf Not (HasName("Lines") And HasName("Terms") And HasName("Trades")) Then
        Complain ActiveWorkbook.Name & " is not a quote: it has no tables named Lines, Terms and Trades. " & _
            "Open a quote first, or press New quote."
    Else
        IsQuote = True
    End If
End Function

Private Function HasName(wanted As String) As Boolean
    Dim found As Object
    On Error Resume Next
    Set found = ActiveWorkbook.Names(wanted)
    On Error GoTo 0
    HasName = Not (found Is Nothing)
End Function

Private Sub ShowPlace(wanted As String)
    Dim reason As String
    If Not IsQuote() Then Exit Sub
    If Not HasName(wanted) Then
        Complain ActiveWorkbook.Name & " has no range named " & wanted & ": another version of counterask made it. " & _
            "Press New quote and fill in that one."
        Exit Sub
    End If
    With ActiveWorkbook.Names(wanted).RefersToRange
        .Worksheet.Activate
        .Cells(1, 1).Select
    End With
    reason = WhyNoAnswer()
    If reason <> "" Then Complain "The functions did not answer: " & reason & " Press Help to see what stops them."
End Sub

Private Function WhyNoAnswer() As String
    'Why the functions give no results here; empty if they do. A function that fails writes its reason into its cell as
    'text, so Python itself is asked first.
    Dim place As Name, python As Object
    #If Mac Then
    #Else
    On Error Resume Next
    Set python = XLPy()
    If Err.Number <> 0 Then
        WhyNoAnswer = Err.Description
        If WhyNoAnswer = "" Then WhyNoAnswer = "Python does not start."
        Exit Function
    End If
    On Error GoTo 0
    #End If
    For Each place In ActiveWorkbook.Names
        If LCase$(Right$(place.Name, 5)) = "_live" Then
            If IsError(place.RefersToRange.Cells(1, 1).Value) Then
                WhyNoAnswer = place.Name & " shows " & place.RefersToRange.Cells(1, 1).Text & "."
                Exit Function
            End If
        End If
    Next place
End Function

Private Function SavedQuote() As String
    'The quote's path on this machine once it is saved; empty, and the reason told, where there is none.
    If Not IsQuote() Then Exit Function
    If ActiveWorkbook.path = "" Then
        Complain "Save the quote first: this button works on its file."
        Exit Function
    End If
    If Not ActiveWorkbook.Saved Then
        If MsgBox("Save " & ActiveWorkbook.Name & " now? This button works on its file.", _
            vbOKCancel + vbQuestion, TITLE) = vbCancel Then Exit Function
        On Error GoTo notSaved
        ActiveWorkbook.Save
        On Error GoTo 0
    End If
    SavedQuote = GetFullName(ActiveWorkbook)
    If SavedQuote = "" Then
        Complain ActiveWorkbook.Name & " lies on OneDrive or SharePoint and its folder on this machine was not " & _
            "found. Save a copy in a folder of this machine and press the button there."
    End If
    Exit Function
notSaved:
    Complain ActiveWorkbook.Name & " could not be saved: " & Err.Description & " Save it under another name."
End Function

#If Mac Then
Private Sub PressButton(verb As String, path As String)
    'xlwings shows what Python writes to its error stream; there is no way back but that one.
    Dim quoted As String
    quoted = Replace(Replace(path, "\", "\\"), "'", "\'")
    RunPython "from counterask_addin.excel import buttons; buttons.press_on_mac('" & verb & "', '" & quoted & "')"
End Sub
#Else
Private Sub PressButton(verb As String, path As String)
    Dim python As String, report As String, command As String, told As String, opened As String
    Dim code As Long, cut As Long, shell As Object
    python = GetConfig("INTERPRETER_WIN", "")
    If python = "" Then python = GetConfig("INTERPRETER", "")
    If InStr(python, "\") = 0 Then 'a bare name would be looked for in Excel's current folder first
        Complain "Excel does not know which Python to start. Run `counterask install` in a command window, then restart Excel."
        Exit Sub
    End If
    report = Environ("TEMP") & "\counterask-" & CreateGUID() & ".txt"
    command = Quoted(python) & " -P -m counterask_addin.excel.buttons " & verb & " " & Quoted(report)
    If path <> "" Then command = command & " " & Quoted(path)
    Application.StatusBar = "Counterask: " & verb & " is at work ..."
    code = -1
    On Error Resume Next
    Set shell = CreateObject("WScript.Shell")
    shell.Environment("PROCESS")("COUNTERASK_DECIMAL_SIGN") = Application.International(xlDecimalSeparator)
    code = shell.Run(command, 0, True)
    On Error GoTo 0
    Application.StatusBar = False
    told = ReadReport(report)
    If told = "" Then
        Complain "Python did not answer (" & python & ", code " & code & "). Run `counterask install` once in a " & _
            "command window, then `counterask doctor`, which names what is missing."
        Exit Sub
    End If
    cut = InStr(told, vbLf)
    opened = Left$(told, cut - 1)
    told = Mid$(told, cut + 1)
    If Len(told) > 1000 Then told = Left$(told, 1000) & " ..."
    If opened <> "" Then OpenResult opened
    If code <> FINE And code <> FOUND_SOMETHING Then
        MsgBox told, vbCritical, TITLE
    ElseIf told <> "" Then
        MsgBox told, IIf(code = FINE, vbInformation, vbExclamation), TITLE
    End If
End Sub

Private Sub OpenResult(path As String)
    On Error GoTo notOpened
    Workbooks.Open path
    Exit Sub
notOpened:
    Complain path & " was written but Excel did not open it: " & Err.Description
End Sub

Private Function ReadReport(path As String) As String
    'UTF-16, so that a client's name comes through in any alphabet.
    Dim files As Object, stream As Object
    Set files = CreateObject("Scripting.FileSystemObject")
    If Not files.FileExists(path) Then Exit Function
    Set stream = files.OpenTextFile(path, 1, False, -1)
    If Not stream.AtEndOfStream Then ReadReport = Replace(stream.ReadAll, vbCrLf, vbLf)
    stream.Close
    files.DeleteFile path
End Function

Private Function Quoted(text As String) As String
    Quoted = Chr$(34) & text & Chr$(34)
End Function
#End If

Private Sub Complain(sentence As String)
    MsgBox sentence, vbExclamation, TITLE
End Sub
