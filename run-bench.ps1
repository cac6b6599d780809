<#
.SYNOPSIS
Measures this machine: kernels, training steps, how these scale, and other software beside them.

.DESCRIPTION
Everything happens in benchmarks/GpuLm.Benchmarks, a program of its own: `dotnet run -c Release --project benchmarks/GpuLm.Benchmarks --`
takes the same options where there is no PowerShell. Each call is verified before it is timed and again after; a wrong result has no
times. Results are measured from a clean work tree only, so that their commit says what ran.

.PARAMETER Suite
kernels: each kernel in each direction. step: whole training steps. scaling: steps over cores, batch, context, size, precision and
devices. peers: other software, in turn with ours. all: these four.

.PARAMETER Device
auto, cpu, opencl, opencl:1, cuda, cuda:1, ...; auto takes CUDA, else a GPU over OpenCL, else the CPU.

.PARAMETER Quick
Fewer cases and rounds: a whole report within minutes.

.PARAMETER Tiny
Everything once at tiny sizes, also from a changed work tree: shows that it works; the figures mean nothing.

.PARAMETER Out
Folder for the results and report.html; bench-results in the current one by default.

.PARAMETER Filter
Of the kernels those whose case matches this glob, for instance *LayerNorm*.

.PARAMETER LlmC
A checkout of llm.c, whose CPU trainer is then measured beside ours.

.EXAMPLE
./run-bench.ps1 -Quick

.EXAMPLE
./run-bench.ps1 -Suite kernels -Filter *LayerNorm* -Quick
#>
[CmdletBinding()]
param(
  [ValidateSet('kernels', 'step', 'scaling', 'peers', 'all')]
  [string] $Suite = 'all',
  [string] $Device = 'auto',
  [switch] $Quick,
  [switch] $Tiny,
  [string] $Out,
  [string] $Filter,
  [string] $LlmC
)

$arguments = @('run', '--configuration', 'Release', '--project', "$PSScriptRoot/benchmarks/GpuLm.Benchmarks", '--', '--suite', $Suite, '--device', $Device)
if ($Quick) { $arguments += '--quick' }
if ($Tiny) { $arguments += '--tiny' }
if ($Out) { $arguments += '--out', $Out }
if ($Filter) { $arguments += '--filter', $Filter }
if ($LlmC) { $arguments += '--llmc', $LlmC }
& dotnet @arguments
exit $LASTEXITCODE
