// Shows the OpenAPI document with Scalar. All URLs are relative to /docs, so that the page works under a path that a proxy puts before it.
(() => {
  const retrySeconds = 2;
  const state = document.getElementById('state');
  const service = new URL('.', location.href).href.replace(/\/$/, '');

  const show = (description) => {
    state.remove();
    document.title = `${description.info.title} ${description.info.version}`;
    window.Scalar.createApiReference('#reference', {
      content: description,
      servers: [{ url: service, description: 'This service' }],
      // Nothing is loaded from, or sent to, other hosts.
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      showDeveloperTools: 'never',
      agent: { disabled: true },
      mcp: { disabled: true },
      showOperationId: true,
      documentDownloadType: 'json',
      customCss: ':root { --scalar-font: system-ui, sans-serif; --scalar-font-code: ui-monospace, monospace; }',
    });
  };

  const load = async () => {
    try {
      const answer = await fetch('openapi/v1.json');
      if (answer.ok) {
        show(await answer.json());
        return;
      }
      state.textContent = answer.status === 503 ? 'The model is being loaded …' : `The description of the model cannot be read: ${answer.status}.`;
    } catch (error) {
      state.textContent = `The service does not answer: ${error.message}.`;
    }
    setTimeout(load, retrySeconds * 1000);
  };

  load();
})();
