<#
.SYNOPSIS
Runs the benchmarks; each checks its result before it is timed.

.DESCRIPTION
Everything happens in benchmarks/GpuLm.Benchmarks, a program of its own: `dotnet run -c Release --project benchmarks/GpuLm.Benchmarks --`
takes the same options where there is no PowerShell. GPULM_BENCHMARK_DEVICE chooses the device: cpu, opencl, cuda:1, ...; by default auto.

.PARAMETER Suite
kernels: one benchmark class for each operation of the kernel catalog. all: those and every other one.

.PARAMETER Filter
Glob of Namespace.Class.Method, for instance *MatMul*.

.PARAMETER Quick
A few rounds in one process: seconds in place of minutes, for a look and not for a table.

.PARAMETER Out
Folder for the reports; BenchmarkDotNet.Artifacts in the current one by default.

.EXAMPLE
./run-bench.ps1 -Filter *LayerNorm* -Quick
#>
[CmdletBinding()]
param(
  [ValidateSet('kernels', 'all')]
  [string] $Suite = 'kernels',
  [string] $Filter = '*',
  [switch] $Quick,
  [string] $Out
)

$arguments = @('run', '--configuration', 'Release', '--project', "$PSScriptRoot/benchmarks/GpuLm.Benchmarks", '--', '--suite', $Suite, '--filter', $Filter)
if ($Quick) { $arguments += '--quick' }
if ($Out) { $arguments += '--artifacts', $Out }
& dotnet @arguments
exit $LASTEXITCODE
