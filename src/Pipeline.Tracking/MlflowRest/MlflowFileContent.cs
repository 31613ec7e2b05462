using System.Net;
using System.Net.Http.Headers;

namespace Pipeline.Tracking.MlflowRest;

/// <summary>The bytes of a file as a request's body: read while they are sent, and with their length, which some stores behind a server want.</summary>
internal sealed class MlflowFileContent : HttpContent
{
    private const int BlockBytes = 128 * 1024;

    private readonly FileStream _file;
    private readonly Action _onProgress;

    /// <param name="path">The file.</param>
    /// <param name="onProgress">Called when bytes were sent.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public MlflowFileContent(string path, Action onProgress)
    {
        _file = new FileStream(path, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.Read, Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0 });
        _onProgress = onProgress;
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var block = new byte[BlockBytes];
        int count;
        while ((count = await _file.ReadAsync(block, cancellationToken)) > 0)
        {
            await stream.WriteAsync(block.AsMemory(0, count), cancellationToken);
            _onProgress();
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _file.Length;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }
}
