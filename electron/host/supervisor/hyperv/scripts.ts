import { writeUtf8 } from '../../base/power-shell.ts';

/*
 * The operations on Hyper-V, in PowerShell 5.1. Each is a script block whose only parameter is the
 * request's parameters, so that no value becomes part of a script. `scripts.test.ts` parses them.
 */

/** Facts about the host; works without rights and without Hyper-V. */
const probe = String.raw`
param($p)
$identity = [Security.Principal.WindowsIdentity]::GetCurrent()
$principal = New-Object Security.Principal.WindowsPrincipal $identity
$service = Get-Service -Name vmms -ErrorAction SilentlyContinue
@{
  module = [bool](Get-Module -ListAvailable -Name Hyper-V)
  service = if ($service) { [string]$service.Status } else { 'missing' }
  elevated = $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
  member = $principal.IsInRole((New-Object Security.Principal.SecurityIdentifier 'S-1-5-32-578'))
  edition = [string](Get-ItemProperty -Path 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion').EditionID
}
`;

/** The VM, or null. Its process runs as another user, so only WMI knows its ID. */
const find = String.raw`
param($p)
$vm = Get-VM | Where-Object { $_.Name -eq $p.name } | Select-Object -First 1
if (-not $vm) { return $null }
$id = $vm.Id.ToString()
$system = Get-CimInstance -Namespace root\virtualization\v2 -ClassName Msvm_ComputerSystem |
  Where-Object { $_.Name -eq $id } | Select-Object -First 1
@{
  id = $id
  state = [string]$vm.State
  notes = [string]$vm.Notes
  pid = [int]$system.ProcessID
  cpus = [int]$vm.ProcessorCount
  memoryBytes = [long]$vm.MemoryStartup
}
`;

/** Creates a disk or enlarges it; returns its size in bytes. */
const ensureDisk = `
param($p)
if (-not (Test-Path -LiteralPath $p.path)) {
  $null = New-VHD -Path $p.path -SizeBytes $p.sizeBytes -Dynamic -BlockSizeBytes $p.blockBytes
}
$disk = Get-VHD -Path $p.path
if ($disk.Size -lt $p.sizeBytes) {
  Resize-VHD -Path $p.path -SizeBytes $p.sizeBytes
  $disk = Get-VHD -Path $p.path
}
@{ sizeBytes = [long]$disk.Size }
`;

/** The switch to use: one of the user's with Berth's name, or Windows' own with NAT and DHCP. */
const findSwitch = `
param($p)
$switches = @(Get-VMSwitch)
$found = $switches | Where-Object { $_.Name -eq $p.name } | Select-Object -First 1
if (-not $found) {
  $found = $switches | Where-Object { $_.Id.ToString() -eq $p.defaultId } | Select-Object -First 1
}
if (-not $found) { return $null }
@{ name = [string]$found.Name }
`;

/** Creates the VM, turned off. Disks are attached by LUN; the VM boots from one of them. */
const create = `
param($p)
$vm = New-VM -Name $p.name -Generation 2 -MemoryStartupBytes $p.memoryBytes -NoVHD -Path $p.folder -SwitchName $p.switch
Set-VM -VM $vm -Notes $p.notes -ProcessorCount $p.cpus -StaticMemory -CheckpointType Disabled -AutomaticStartAction Nothing -AutomaticStopAction ShutDown -SmartPagingFilePath $p.folder -SnapshotFileLocation $p.folder
foreach ($disk in $p.disks) {
  Add-VMHardDiskDrive -VM $vm -ControllerType SCSI -ControllerNumber 0 -ControllerLocation $disk.lun -Path $disk.path
}
$boot = Get-VMHardDiskDrive -VM $vm -ControllerType SCSI -ControllerNumber 0 -ControllerLocation $p.bootLun
Set-VMFirmware -VM $vm -EnableSecureBoot Off -FirstBootDevice $boot
Set-VMComPort -VM $vm -Number 1 -Path $p.consolePipe
Get-VMIntegrationService -VM $vm | Where-Object { -not $_.Enabled } | Enable-VMIntegrationService
@{ id = $vm.Id.ToString() }
`;

const start = `
param($p)
Start-VM -Name $p.name
`;

/** Writes the memory to disk and ends the VM's process. */
const save = `
param($p)
Save-VM -Name $p.name
`;

const resume = `
param($p)
Resume-VM -Name $p.name
`;

/** As a power cut would. */
const turnOff = `
param($p)
Stop-VM -Name $p.name -TurnOff -Force
`;

/** Removes the VM and its saved state, whatever its state; its disks stay. */
const remove = `
param($p)
$vm = Get-VM | Where-Object { $_.Name -eq $p.name -and $_.Notes -eq $p.notes } | Select-Object -First 1
if (-not $vm) { return }
if ([string]$vm.State -eq 'Saved') { Remove-VMSavedState -VM $vm }
elseif ([string]$vm.State -ne 'Off') { Stop-VM -VM $vm -TurnOff -Force }
Remove-VM -VM $vm -Force
`;

/** The VM's IPv4 addresses: what the VM reports, and what the host's neighbour table knows. */
const addresses = String.raw`
param($p)
$adapter = Get-VMNetworkAdapter -VMName $p.name | Select-Object -First 1
$mac = ($adapter.MacAddress -replace '[^0-9A-Fa-f]', '' -replace '(..)(?!$)', '$1-').ToUpperInvariant()
$known = @(Get-NetNeighbor -AddressFamily IPv4 -ErrorAction SilentlyContinue | Where-Object {
  $_.LinkLayerAddress -eq $mac -and [string]$_.State -notin @('Unreachable', 'Incomplete')
} | ForEach-Object { [string]$_.IPAddress })
$reported = @($adapter.IPAddresses | Where-Object { $_ -match '^\d+\.\d+\.\d+\.\d+$' })
@{ reported = $reported; known = $known }
`;

/** The number of Hyper-V's last event about the VM's end, or null. */
const lastEvent = `
param($p)
$since = [DateTimeOffset]::FromUnixTimeMilliseconds($p.sinceMs).LocalDateTime
$filter = @{ LogName = 'Microsoft-Windows-Hyper-V-Worker-Admin'; StartTime = $since }
$entry = Get-WinEvent -FilterHashtable $filter -ErrorAction SilentlyContinue |
  Where-Object { $p.ids -contains $_.Id -and $_.ToXml().Contains($p.id.ToUpperInvariant()) } |
  Select-Object -First 1
if (-not $entry) { return $null }
@{ event = [int]$entry.Id; message = [string]$entry.Message }
`;

export const operations = {
  ...{ probe, find, ensureDisk, findSwitch, create, start, save, resume, turnOff, remove },
  ...{ addresses, lastEvent },
} as const;
export type Operation = keyof typeof operations;

/** Answers requests until the input ends. */
const loop = `
while ($null -ne ($line = [Console]::In.ReadLine())) {
  if ($line.Trim() -eq '') { continue }
  $id = 0
  try {
    $request = ConvertFrom-Json -InputObject $line
    $id = $request.id
    $result = & $operations[[string]$request.operation] $request.parameters
    $reply = @{ id = $id; ok = $true; result = $result }
  } catch {
    $reply = @{ id = $id; ok = $false; error = @{
      message = [string]$_.Exception.Message
      id = [string]$_.FullyQualifiedErrorId
      category = [string]$_.CategoryInfo.Category
    } }
  }
  [Console]::Out.WriteLine((ConvertTo-Json -InputObject $reply -Compress -Depth 6))
  [Console]::Out.Flush()
}
`;

/** The whole script that PowerShell runs. */
export const hypervScript = [
  "$ErrorActionPreference = 'Stop'",
  "$ProgressPreference = 'SilentlyContinue'",
  "$WarningPreference = 'SilentlyContinue'",
  writeUtf8,
  '$operations = @{}',
  ...Object.entries(operations).map(([name, body]) => `$operations['${name}'] = {${body}}`),
  loop,
].join('\n');
