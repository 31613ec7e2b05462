using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Pipeline.ModelPackage;
using Pipeline.ModelPackage.Tests;

namespace Pipeline.Inference.Tests;

/// <summary>
/// Watches the real service's system calls. ONNX Runtime's official builds look their collector up about five seconds after they start, and make a device id and a
/// database under the user's cache folder at once.
/// </summary>
public sealed partial class OutgoingConnectionTests : IDisposable
{
    private static readonly TimeSpan LongerThanTheUploaderWaits = TimeSpan.FromSeconds(9);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("outgoing ");

    private string Home => Path.Combine(_root.FullName, "home");

    private string Trace => Path.Combine(_root.FullName, "trace");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public async Task The_service_speaks_to_nobody_and_leaves_no_file()
    {
        Require("strace");
        Directory.CreateDirectory(Home);
        var package = TestModel.WritePackage(Path.Combine(_root.FullName, "model"));
        await using var service = ServiceProcess.Start(["--package", package.Directory, "--address", "127.0.0.1", "--port", "0", "--exit-with-parent"], Environment(), Strace());
        using var client = await service.ClientAsync();
        await service.LineWithAsync("ready: delay");

        for (var i = 0; i < 5; i++)
        {
            using var content = new StringContent("""{"hour":7,"origin":"ATL"}""", Encoding.UTF8, "application/json");
            using var response = await client.PostAsync(new Uri("/v1/predict", UriKind.Relative), content, TestContext.Current.CancellationToken);
            response.EnsureSuccessStatusCode();
        }

        await Task.Delay(LongerThanTheUploaderWaits, TestContext.Current.CancellationToken);
        service.Process.StandardInput.Close();
        (await service.ExitAsync()).ExitCode.Should().Be(0);

        (await TracedAsync()).Should().Contain(line => line.Contains("execve(", StringComparison.Ordinal), "the trace must show the process");
        OutgoingIn(await TracedAsync()).Should().BeEmpty();
        Directory.EnumerateFiles(Home, "*", SearchOption.AllDirectories).Should().BeEmpty();
    }

    [Fact]
    public async Task The_watch_sees_ONNX_Runtime_when_it_is_started_without_our_switch()
    {
        Require("strace");
        Require("unshare");
        Require("ip");
        Directory.CreateDirectory(Home);

        // In a network of its own, whose only way out is loopback: what would leave the machine is seen but goes nowhere.
        await using var service = ServiceProcess.Start(
            ["--package", _root.FullName, "--address", "127.0.0.1", "--port", "0"],
            new Dictionary<string, string>(Environment()) { ["DOTNET_STARTUP_HOOKS"] = typeof(OutgoingConnectionTests).Assembly.Location },
            ["unshare", "--map-root-user", "--net", "sh", "-c", "ip link set lo up && ip route add default dev lo && exec \"$@\"", "sh", .. Strace()]);
        var (_, error) = await service.ExitAsync();
        Availability.RequireThat(!error.Contains("unshare", StringComparison.Ordinal) && !error.Contains("RTNETLINK", StringComparison.Ordinal), $"no network namespace can be made: {error}");

        Directory.EnumerateFiles(Home, "*", SearchOption.AllDirectories).Should().Contain(file => file.EndsWith("deviceid", StringComparison.Ordinal));
        OutgoingIn(await TracedAsync()).Should().NotBeEmpty();
    }

    [Fact]
    public async Task The_watch_sees_a_process_that_connects()
    {
        Require("strace");
        Require("bash");
        string[] command = [.. Strace(), "bash", "-c", "exec 3<>/dev/udp/192.0.2.1/9"];

        // A datagram socket that is connected sends nothing; the address is one of those reserved for documents.
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        // The shell itself may look its user up first.
        OutgoingIn(await TracedAsync()).Should().Contain(call => call.Contains("192.0.2.1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""1 connect(41, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.0.53")}, 16) = 0""", true)]
    [InlineData("""1 connect(41, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), sin6_scope_id=0}, 28 <unfinished ...>""", true)]
    [InlineData("""1 sendto(42, "x", 1, MSG_NOSIGNAL, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")}, 16) = 1""", true)]
    [InlineData("""1 connect(42, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT""", true)]
    [InlineData("""1 connect(41, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("127.0.0.1")}, 16) = 0""", false)]
    [InlineData("""1 sendmsg(41, {msg_name=NULL, msg_namelen=0, msg_iov=[{iov_base="HTTP/1.1 200", iov_len=12}], msg_iovlen=1}, MSG_NOSIGNAL) = 12""", false)]
    [InlineData("""1 connect(42, {sa_family=AF_UNIX, sun_path="/tmp/dotnet-diagnostic"}, 110) = 0""", false)]
    public void An_address_beyond_loopback_or_a_look_up_is_outgoing(string call, bool outgoing)
    {
        OutgoingIn([call]).Should().HaveCount(outgoing ? 1 : 0);
    }

    // Port 53 and the name service's cache are look-ups, wherever they go.
    private static List<string> OutgoingIn(IEnumerable<string> calls) =>
        [.. calls.Where(call => Resolver().IsMatch(call) || (InternetAddress().IsMatch(call) && !Loopback().IsMatch(call)))];

    private async Task<string[]> TracedAsync() => await File.ReadAllLinesAsync(Trace, TestContext.Current.CancellationToken);

    private string[] Strace() => ["strace", "-f", "-e", "trace=execve,connect,sendto,sendmsg,sendmmsg", "-o", Trace];

    // A CI system's variables would make the uploader keep quiet on its own.
    private Dictionary<string, string> Environment() => new()
    {
        ["HOME"] = Home,
        ["XDG_CACHE_HOME"] = string.Empty,
        ["CI"] = string.Empty,
        ["GITHUB_ACTIONS"] = string.Empty,
        [OnnxRuntimeEnvironment.TelemetrySwitch] = string.Empty,
    };

    private static void Require(string program) => Availability.RequireThat(
        (System.Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program))),
        $"{program} is not installed");

    [GeneratedRegex(@"^\d+ +(connect|sendto|sendmsg|sendmmsg)\(.*sa_family=AF_INET")]
    private static partial Regex InternetAddress();

    [GeneratedRegex(@"inet_addr\(""127\.|""::1""|""::ffff:127\.")]
    private static partial Regex Loopback();

    [GeneratedRegex(@"port=htons\(53\)|nscd/socket|systemd/resolve")]
    private static partial Regex Resolver();
}
