; Included in electron-builder's installer for Windows. The installer ends every process whose program is in
; its folder, and so would turn off running VMs as in a power cut. These macros stop the VMs first.

!macro berthStopMachines
  ${If} ${FileExists} "$INSTDIR\resources\bin\berth.cmd"
    DetailPrint "Stopping virtual machines"
    nsExec::ExecToLog '"$INSTDIR\resources\bin\berth.cmd" machine stop --all'
    Pop $0
  ${EndIf}
!macroend

!macro customInit
  !insertmacro berthStopMachines
!macroend

!macro customUnInit
  !insertmacro berthStopMachines
!macroend
