using System.Globalization;
using System.Text;
using Pipeline.ModelPackage;

namespace Pipeline.EndToEnd.Tests;

/// <content>A team's own data.</content>
public sealed partial class MainJobTests
{
    private const string NewPenguins = "new-penguins";
    private const string NewWeather = "new-weather";
    private const string NewChurn = "new-churn";

    [Theory]
    [InlineData(NewPenguins, "penguins/data/penguins.json", "Species", ModelTask.Multiclass)]
    [InlineData(NewWeather, "seattle-weather/data/seattle-weather.csv", "temp_max", ModelTask.Regression)]
    [InlineData(NewChurn, null, "churned", ModelTask.Binary)]
    public async Task A_folder_that_New_made_of_data_reaches_dev_without_an_edit(string model, string? example, string label, string task)
    {
        var data = example is null ? WriteChurn() : Path.Combine(clone.Path, "tests", "Pipeline.Delivery.Tests", "Examples", example);

        var made = await clone.BuildAsync("New", "--model", model, "--from", data, "--label", label);
        var promoted = await clone.BuildAsync("Promote", "--model", model);

        made.ExitCode.Should().Be(0, made.Output);
        promoted.ExitCode.Should().Be(0, promoted.Output);
        var package = StoredModel.Promoted(clone, model, "dev");
        package.Manifest.Task.Should().Be(task);
        PackageReader.ReadGoldenSample(package).Rows.Should().NotBeEmpty().And.OnlyContain(row => row.Answer().Length == package.Manifest.Outputs.Width);
        (await File.ReadAllTextAsync(Path.Combine(clone.Path, "artifacts", "reports", model, "report.html"), TestContext.Current.CancellationToken)).Should().Contain("Trainers tried");
    }

    // As a spreadsheet of another country writes it: semicolons, a decimal comma, a byte order mark.
    private string WriteChurn()
    {
        var random = new Random(3);
        var text = new StringBuilder("\uFEFFcustomer;signup;plan;monthly fee;calls;churned\r\n");
        for (var i = 0; i < 3_000; i++)
        {
            var (calls, isBasic) = (random.Next(10), random.Next(3) == 0);
            var churned = random.NextDouble() < 0.02 + (0.05 * calls) + (isBasic ? 0.2 : 0);
            var fee = (isBasic ? 9.9 : 29.5) + random.NextDouble();
            text.Append(CultureInfo.InvariantCulture, $"C{i:00000};{new DateOnly(2024, 1, 1).AddDays(random.Next(500)):yyyy-MM-dd};\"{(isBasic ? "basic" : "pro; \"\"XL\"\"")}\";");
            text.Append(fee.ToString("0.00", CultureInfo.InvariantCulture).Replace('.', ',')).Append(CultureInfo.InvariantCulture, $";{(random.Next(30) == 0 ? "NA" : calls)};{(churned ? "yes" : "no")}\r\n");
        }

        var path = Path.Combine(clone.Path, "artifacts", "churn data.csv");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text.ToString());
        return path;
    }
}
