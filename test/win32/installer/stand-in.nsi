; An installer with our macros, in the order of electron-builder's installer.nsi and uninstaller.nsh. Debian's
; makensis lacks the plugins that those need. Instead of ending programs, it writes a line into calls.txt.
;   makensis -DTEMPLATES=FOLDER -DINCLUDE=installer.nsh -DOUT=FILE [-DBUILD_UNINSTALLER] stand-in.nsi
; The wine of these tests runs only 64-bit programs.
Target amd64-unicode
Name "Berth"
OutFile "${OUT}"
RequestExecutionLevel user
SilentInstall silent
SilentUnInstall silent
!include "LogicLib.nsh"
!include "FileFunc.nsh"
!addincludedir "${TEMPLATES}/include"

!macro _isUpdated _a _b _t _f
  ${GetParameters} $R9
  ClearErrors
  ${GetOptions} $R9 "--updated" $R8
  IfErrors `${_f}` `${_t}`
!macroend
!define isUpdated `"" isUpdated ""`
!define APP_EXECUTABLE_FILENAME "Berth.exe"
!define nsProcess::FindProcess

!include "${INCLUDE}"
!include "allowOnlyOneInstallerInstance.nsh"
!insertmacro customHeader

!macroundef IS_POWERSHELL_AVAILABLE
!macro IS_POWERSHELL_AVAILABLE
!macroend
!macroundef _CHECK_APP_RUNNING
!macro _CHECK_APP_RUNNING
  FileOpen $1 "$INSTDIR\..\calls.txt" a
  FileSeek $1 0 END
  FileWrite $1 "ends the programs in its folder$\r$\n"
  FileClose $1
!macroend

Function .onInit
  ${GetParameters} $R0
  ${GetOptions} $R0 "/TO=" $INSTDIR
  !ifdef BUILD_UNINSTALLER
    WriteUninstaller "$INSTDIR\Uninstall Berth.exe"
    SetErrorLevel 0
    Quit
  !endif
FunctionEnd

Section
  !ifndef BUILD_UNINSTALLER
    !insertmacro CHECK_APP_RUNNING
  !endif
SectionEnd

!ifdef BUILD_UNINSTALLER
  Function un.checkAppRunning
    !insertmacro CHECK_APP_RUNNING
  FunctionEnd
  Function un.onInit
    Call un.checkAppRunning
    !ifmacrodef customUnInit
      !insertmacro customUnInit
    !endif
  FunctionEnd
  Section "un.Uninstall"
    !insertmacro customUnInstall
    RMDir /r "$INSTDIR\resources"
  SectionEnd
!endif
