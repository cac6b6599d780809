using Xunit;

namespace GpuLm.Architecture.Tests;

/// <summary>Who may use whom.</summary>
public class DependencyTests
{
    [Fact]
    public void Project_files_reference_only_what_they_may() =>
        Assert.Empty(Repository.Files(".csproj").SelectMany(path =>
            ProjectRules.Violations(path, ProjectFile.Parse(Path.GetFileNameWithoutExtension(path), Repository.Read(path)))));

    [Fact]
    public void Compiled_assemblies_reference_only_what_they_may()
    {
        foreach (string assembly in AssemblyRules.Assemblies)
        {
            var (references, kernelTypes) = AssemblyRules.Read(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
            Assert.NotEmpty(references);
            Assert.Empty(AssemblyRules.Violations(assembly, references, kernelTypes));
        }
    }

    [Fact]
    public void Driver_namespaces_appear_only_where_drivers_are_handled() =>
        Assert.Empty(Repository.Files(".cs").SelectMany(path => SourceRules.Violations(path, Repository.Read(path))));

    [Fact]
    public void Sabotage_a_forbidden_project_reference_is_found()
    {
        var project = ProjectFile.Parse("GpuLm.Kernels", """
            <Project><ItemGroup>
              <ProjectReference Include="..\GpuLm.Reference\GpuLm.Reference.csproj" /><PackageReference Include="Spectre.Console" />
            </ItemGroup></Project>
            """);
        Assert.Equal(2, ProjectRules.Violations("kernels/GpuLm.Kernels/GpuLm.Kernels.csproj", project).Count());
        Assert.Single(ProjectRules.Violations("src/GpuLm.New/GpuLm.New.csproj", project with { Name = "GpuLm.New" }));
        Assert.Single(ProjectRules.Violations("benchmarks/B/B.csproj", project with { Projects = ["GpuLm", "GpuLm.Cli"] }));
    }

    [Fact]
    public void Sabotage_a_forbidden_compiled_reference_is_found()
    {
        Assert.Single(AssemblyRules.Violations("GpuLm.Reference", ["System.Runtime", "GpuLm.Kernels"], []));
        Assert.Single(AssemblyRules.Violations("GpuLm", ["System.Console", "GpuLm.Kernels"], []));
        Assert.Single(AssemblyRules.Violations(
            "GpuLm.Cli", ["System.Console", "GpuLm.Kernels"], ["GpuLm.Kernels.Common.ComputeDevice", "GpuLm.Kernels.MatMul.MatMul"]));
        // The reader sees what a compiler wrote: these tests name the kernel catalog.
        var (references, kernelTypes) = AssemblyRules.Read(typeof(DependencyTests).Assembly.Location);
        Assert.Contains("GpuLm.Kernels", references);
        Assert.Contains("GpuLm.Kernels.Common.KernelCatalog", kernelTypes);
    }

    [Fact]
    public void Sabotage_a_driver_namespace_in_the_wrong_place_is_found()
    {
        const string source = "using ILGPU.Runtime.Cuda;\n";
        Assert.Single(SourceRules.Violations("src/GpuLm/Models/Gpt.cs", source));
        Assert.Single(
            SourceRules.Violations("kernels/GpuLm.Kernels/MatMul/MatMul.cs", "var x = ILGPU.Runtime.OpenCL.CLDevice.GetDevices();"));
        Assert.Empty(SourceRules.Violations("src/GpuLm/Devices/DeviceCatalog.cs", source));
        Assert.Empty(SourceRules.Violations("kernels/GpuLm.Kernels/Cuda/PtxSource.cs", source));
    }
}
