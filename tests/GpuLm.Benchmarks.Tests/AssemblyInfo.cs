using Xunit.Sdk;
using Xunit.v3;

// One host thread drives a device, and the CPU device uses all cores for each test.
[assembly: Parallelization(Mode = ParallelMode.None)]
