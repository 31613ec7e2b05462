namespace Pipeline.ModelPackage.Tests;

public sealed class AllCoresTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16_385)]
    [InlineData(50_000)]
    public void Many_threads_give_the_answers_of_one(int rows)
    {
        using var scorer = OnnxScorer.Load(TestModel.Onnx(), TestModel.Schema, "test");
        var random = new Random(rows);
        var batch = new FeatureBatch(TestModel.Schema, rows);
        for (var i = 0; i < batch.Numeric.Length; i++)
        {
            batch.Numeric[i] = random.NextSingle() * 20;
        }

        foreach (var column in batch.Categories)
        {
            Array.Fill(column, "LGA");
        }

        scorer.ScoreOnAllCores(batch, TestContext.Current.CancellationToken).Should().Equal(scorer.Score(batch, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Some_rows_of_a_batch_are_those_rows()
    {
        var batch = new FeatureBatch(TestModel.Schema, 10);
        for (var i = 0; i < batch.Numeric.Length; i++)
        {
            batch.Numeric[i] = i;
        }

        foreach (var (slot, column) in batch.Categories.Index())
        {
            for (var row = 0; row < column.Length; row++)
            {
                column[row] = $"{slot} {row}";
            }
        }

        var slice = batch.Slice(3, 4);

        slice.RowCount.Should().Be(4);
        slice.Numeric.Should().Equal(batch.Numeric.Skip(3 * TestModel.Schema.Numeric.Count).Take(4 * TestModel.Schema.Numeric.Count));
        slice.Categories[0].Should().Equal("0 3", "0 4", "0 5", "0 6");
        batch.Slice(0, 10).Should().BeSameAs(batch);
        batch.Invoking(all => all.Slice(8, 3)).Should().Throw<ArgumentOutOfRangeException>();
    }
}
