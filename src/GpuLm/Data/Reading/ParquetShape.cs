namespace GpuLm.Data.Reading;

/// <summary>The types of Thrift's compact protocol, by the numbers that it writes.</summary>
internal enum WireType
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    Int16 = 4,
    Int32 = 5,
    Int64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
}

/// <summary>What a value in Parquet's metadata must be (https://github.com/apache/parquet-format, parquet.thrift).</summary>
/// <param name="Type">Its type; a truth value is <see cref="WireType.True"/> or <see cref="WireType.False"/>.</param>
/// <param name="Element">Of a list, what it holds.</param>
/// <param name="Fields">Of a struct, its fields by their numbers; those that are not listed may be anything.</param>
internal sealed record ParquetShape(WireType Type, ParquetShape? Element = null, IReadOnlyDictionary<int, ParquetShape>? Fields = null)
{
    private static readonly ParquetShape Truth = new(WireType.True), Byte = new(WireType.Byte), Int16 = new(WireType.Int16),
        Int32 = new(WireType.Int32), Int64 = new(WireType.Int64), Double = new(WireType.Double), Binary = new(WireType.Binary),
        Nothing = Struct();

    private static readonly ParquetShape KeyValue = Struct((1, Binary), (2, Binary));

    private static readonly ParquetShape Statistics = Struct(
        (1, Binary), (2, Binary), (3, Int64), (4, Int64), (5, Binary), (6, Binary), (7, Truth), (8, Truth));

    private static readonly ParquetShape Unit = Struct((1, Nothing), (2, Nothing), (3, Nothing));

    private static readonly ParquetShape LogicalType = Struct(
        (1, Nothing), (2, Nothing), (3, Nothing), (4, Nothing), (5, Struct((1, Int32), (2, Int32))), (6, Nothing),
        (7, Struct((1, Truth), (2, Unit))), (8, Struct((1, Truth), (2, Unit))), (10, Struct((1, Byte), (2, Truth))), (11, Nothing),
        (12, Nothing), (13, Nothing), (14, Nothing), (15, Nothing), (16, Struct((1, Byte))), (17, Struct((1, Binary))),
        (18, Struct((1, Binary), (2, Int32))));

    private static readonly ParquetShape SchemaElement = Struct(
        (1, Int32), (2, Int32), (3, Int32), (4, Binary), (5, Int32), (6, Int32), (7, Int32), (8, Int32), (9, Int32), (10, LogicalType));

    private static readonly ParquetShape Box = Struct(
        (1, Double), (2, Double), (3, Double), (4, Double), (5, Double), (6, Double), (7, Double), (8, Double));

    private static readonly ParquetShape ColumnMetaData = Struct(
        (1, Int32), (2, List(Int32)), (3, List(Binary)), (4, Int32), (5, Int64), (6, Int64), (7, Int64), (8, List(KeyValue)), (9, Int64),
        (10, Int64), (11, Int64), (12, Statistics), (13, List(Struct((1, Int32), (2, Int32), (3, Int32)))), (14, Int64), (15, Int32),
        (16, Struct((1, Int64), (2, List(Int64)), (3, List(Int64)))), (17, Struct((1, Box), (2, List(Int32)))));

    private static readonly ParquetShape ColumnKey = Struct((1, Nothing), (2, Struct((1, List(Binary)), (2, Binary))));

    private static readonly ParquetShape ColumnChunk = Struct(
        (1, Binary), (2, Int64), (3, ColumnMetaData), (4, Int64), (5, Int32), (6, Int64), (7, Int32), (8, ColumnKey), (9, Binary));

    private static readonly ParquetShape RowGroup = Struct(
        (1, List(ColumnChunk)), (2, Int64), (3, Int64), (4, List(Struct((1, Int32), (2, Truth), (3, Truth)))), (5, Int64), (6, Int64),
        (7, Int16));

    private static readonly ParquetShape Cipher = Struct((1, Binary), (2, Binary), (3, Truth));

    /// <summary>What a file ends with.</summary>
    public static ParquetShape FileMetaData { get; } = Struct(
        (1, Int32), (2, List(SchemaElement)), (3, Int64), (4, List(RowGroup)), (5, List(KeyValue)), (6, Binary),
        (7, List(Struct((1, Nothing)))), (8, Struct((1, Cipher), (2, Cipher))), (9, Binary));

    private static ParquetShape List(ParquetShape element) => new(WireType.List, element);

    private static ParquetShape Struct(params (int Number, ParquetShape Shape)[] fields) =>
        new(WireType.Struct, Fields: fields.ToDictionary(field => field.Number, field => field.Shape));
}
