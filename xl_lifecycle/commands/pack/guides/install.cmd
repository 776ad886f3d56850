@echo off
chcp 65001 >nul
title xl-lifecycle
pushd "%~dp0"
set "PY=py"
py -c "" >nul 2>nul
if errorlevel 1 set "PY=python"
%PY% -c "import sys; sys.exit(sys.version_info < (3, 11))" >nul 2>nul
if errorlevel 1 (
echo $no_python
echo $get_python
echo.
pause
popd
exit /b 1
)
echo $installing
%PY% -m pip install --disable-pip-version-check $wheel
if not errorlevel 1 %PY% -m xl_lifecycle install
if errorlevel 1 (
echo.
echo $failed
echo.
pause
popd
exit /b 1
)
echo.
echo $done
echo.
pause
popd
