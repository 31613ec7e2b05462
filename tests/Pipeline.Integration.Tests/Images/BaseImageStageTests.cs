using System.Formats.Tar;
using Docker.DotNet.Models;
using Pipeline.Delivery.Images;

namespace Pipeline.Integration.Tests.Images;

[Collection(SharedWorkspace.Name)]
public sealed class BaseImageStageTests(Workspace workspace)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Base_image_has_libraries_and_certificates_and_neither_shell_nor_package_manager()
    {
        var made = await MakeAsync();

        var files = await FilesOfAsync(made.ImageId);

        files.Should().Contain(path => path.EndsWith("/libstdc++.so.6", StringComparison.Ordinal))
            .And.Contain(path => path.EndsWith("/libssl.so.3", StringComparison.Ordinal))
            .And.Contain("etc/ssl/certs/ca-certificates.crt")
            .And.Contain("tmp/");
        files.Should().NotContain(path => path.EndsWith("/sh", StringComparison.Ordinal) || path.EndsWith("/bash", StringComparison.Ordinal) || path.EndsWith("/dash", StringComparison.Ordinal))
            .And.NotContain(path => path.EndsWith("/dpkg", StringComparison.Ordinal) || path.EndsWith("/apt-get", StringComparison.Ordinal) || path.EndsWith("/perl", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Base_image_does_not_run_as_root()
    {
        var made = await MakeAsync();

        var image = await workspace.RequireEngine().Client.Images.InspectImageAsync(made.ImageId, Token);

        image.Config!.User.Should().Be("1654:1654");
    }

    [Fact]
    public async Task Same_packages_give_the_same_image_wherever_it_is_made()
    {
        var made = await MakeAsync();

        var again = await new BaseImageStage(workspace.NewRunner(Path.Combine(workspace.Root, "another-store")), workspace.RequireEngine()).RunAsync(Token);

        again.Should().BeEquivalentTo(made);
    }

    private Task<BaseImage> MakeAsync()
    {
        var engine = workspace.RequireEngine();
        if (!DebianPackages.AreAvailable)
        {
            MissingPart.Skip("a base image is made of Debian packages, and this machine has no apt-get.");
        }

        return new BaseImageStage(workspace.Runner, engine).RunAsync(Token);
    }

    private async Task<List<string>> FilesOfAsync(string imageId)
    {
        var client = workspace.RequireEngine().Client;
        var container = await client.Containers.CreateContainerAsync(new CreateContainerParameters { Image = imageId, Cmd = ["/none"] }, Token);
        try
        {
            await using var stream = await client.Containers.ExportContainerAsync(container.ID, Token);
            await using var reader = new TarReader(stream);
            var files = new List<string>();
            while (await reader.GetNextEntryAsync(cancellationToken: Token) is { } entry)
            {
                files.Add(entry.Name);
            }

            return files;
        }
        finally
        {
            await client.Containers.RemoveContainerAsync(container.ID, new ContainerRemoveParameters { Force = true }, CancellationToken.None);
        }
    }
}
