# Installs the app for this account on Windows, starts it, and removes it again.
#   usage: test/package/nsis.ps1 -Setup INSTALLER [-Vm]
param([Parameter(Mandatory = $true)][string]$Setup, [switch]$Vm)
$ErrorActionPreference = 'Stop'

$app = Join-Path $env:LOCALAPPDATA 'Programs\berth'
$berth = Join-Path $app 'resources\bin\berth.cmd'
$installer = Start-Process -Wait -PassThru -FilePath $Setup -ArgumentList '/S'
if ($installer.ExitCode -ne 0) { throw "The installer ended with $($installer.ExitCode)" }
if (-not (Test-Path $berth)) { throw "The installer didn't make $berth" }

$smoke = @((Join-Path $PSScriptRoot '..\..\build\release\smoke.ts'), '--berth', $berth)
$smoke += @('--app', (Join-Path $app 'Berth.exe'))
if ($Vm) { $smoke += '--vm' }
& (Join-Path $app 'resources\node\node.exe') $smoke
if ($LASTEXITCODE -ne 0) { throw "The smoke test ended with $LASTEXITCODE" }

# After this call returns, a copy of the uninstaller keeps running.
Start-Process -Wait -FilePath (Join-Path $app 'Uninstall Berth.exe') -ArgumentList '/S'
$deadline = (Get-Date).AddMinutes(3)
while (Test-Path (Join-Path $app 'Berth.exe')) {
  if ((Get-Date) -gt $deadline) { throw "The uninstaller left $app" }
  Start-Sleep -Seconds 1
}
$path = [Environment]::GetEnvironmentVariable('Path', 'User')
if ($path -like "*$app*") { throw "The uninstaller left its folder on PATH: $path" }
if (Test-Path 'HKCU:\Software\Classes\berth') { throw 'The uninstaller left berth: links' }
Write-Output 'nsis: installed, started and removed'
