using GpuLm.Kernels.Primitives;
using Xunit;

namespace GpuLm.Architecture.Tests;

/// <summary>A primitive has two bodies with one contract.</summary>
public class PrimitiveTests
{
    [Fact]
    public void Every_primitive_has_a_device_body_with_the_same_contract()
    {
        Assert.NotEmpty(TwoBodies.Classes);
        Assert.Empty(TwoBodies.Classes.SelectMany(Violations));
    }

    [Fact]
    public void Sabotage_a_missing_or_different_device_body_is_found()
    {
        string[] violations = [.. Violations(typeof(Planted))];
        Assert.Equal(2, violations.Length);
        Assert.DoesNotContain(violations, violation => violation.Contains(nameof(Planted.Right), StringComparison.Ordinal));
    }

    static IEnumerable<string> Violations(Type type)
    {
        foreach (var primitive in TwoBodies.Of(type))
        {
            var device = TwoBodies.DeviceBody(primitive);
            if (device is null) yield return $"{type.Name}.{primitive.Name} has no device body.";
            else if (device.ReturnType != primitive.ReturnType)
            {
                yield return $"{type.Name}.{primitive.Name} returns {primitive.ReturnType}, its device body {device.ReturnType}.";
            }
        }
    }

    [DeviceBodies(typeof(PlantedOnDevice))]
    static class Planted
    {
        public static float Right(float x) => x;

        public static float Missing(float x) => x;

        public static float Different(float x) => x;
    }

    static class PlantedOnDevice
    {
        public static float Right(float x) => x;

        public static int Different(float x) => (int)x;
    }
}
