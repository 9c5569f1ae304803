; Included in electron-builder's installer for Windows. The installer and the uninstaller end every process whose
; program is in their folder, and so would turn off running VMs as in a power cut. They insert the macro
; customCheckAppRunning in place of that step, and earlier than customInit and customUnInit.

!macro customHeader
  ; electron-builder leaves these to whoever defines customCheckAppRunning.
  !include "getProcessInfo.nsh"
  Var pid
  !ifdef BUILD_UNINSTALLER
    Var berthDeletesData
  !endif
!macroend

!macro customCheckAppRunning
  !ifdef BUILD_UNINSTALLER
    !insertmacro berthAskAboutData
  !endif
  !insertmacro berthStopMachines
  !insertmacro IS_POWERSHELL_AVAILABLE
  !insertmacro _CHECK_APP_RUNNING
!macroend

!macro berthStopMachines
  ${If} ${FileExists} "$INSTDIR\resources\bin\berth.cmd"
    DetailPrint "Stopping virtual machines"
    nsExec::ExecToLog '"$INSTDIR\resources\bin\berth.cmd" machine stop --all'
    Pop $0
    ${If} $0 != 0
    ${AndIfNot} ${Cmd} 'MessageBox MB_OKCANCEL|MB_ICONEXCLAMATION "Berth can$\'t stop all virtual machines. If you continue, they are turned off as in a power cut." /SD IDOK IDOK'
      Quit
    ${EndIf}
  ${EndIf}
!macroend

; An update runs the uninstaller of the old version, which must leave everything as it is. Later, the
; uninstaller is silent, so this is the time to ask.
!macro berthAskAboutData
  StrCpy $berthDeletesData ""
  ${IfNot} ${isUpdated}
  ${AndIf} ${Cmd} 'MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "Also delete all virtual machines with their containers, images and volumes, and your settings? This data can$\'t be recovered." /SD IDNO IDYES'
    StrCpy $berthDeletesData " --data"
  ${EndIf}
!macroend

; Runs before the files are removed.
!macro customUnInstall
  ${IfNot} ${isUpdated}
  ${AndIf} ${FileExists} "$INSTDIR\resources\bin\berth.cmd"
    DetailPrint "Removing the docker context, links and the entry on PATH"
    nsExec::ExecToLog '"$INSTDIR\resources\bin\berth.cmd" uninstall --force$berthDeletesData'
    Pop $0
  ${EndIf}
!macroend
