// Improves the page "verify": dropping files, showing what was chosen and how far it is. Without it the form works as it is.
"use strict";
(() => {
  const form = document.getElementById("verify-form");
  const drop = document.getElementById("drop");
  const input = document.getElementById("files");
  const chosen = document.getElementById("chosen");
  const tooLarge = document.getElementById("too-large");
  const notSent = document.getElementById("not-sent");
  const progress = document.getElementById("progress");
  const bar = document.getElementById("bar");
  const submit = form.querySelector("[type=submit]");
  const units = new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 });

  const show = () => {
    const files = Array.from(input.files);
    chosen.replaceChildren(...files.map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name} (${units.format(Math.max(1, file.size / 1000))})`;
      return item;
    }));
    const total = files.reduce((sum, file) => sum + file.size, 0);
    const over = total > Number(form.dataset.mostBytes);
    tooLarge.hidden = !over;
    submit.disabled = over;
    return files.length > 0 && !over;
  };

  drop.classList.add("live");
  input.addEventListener("change", show);
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.remove("over"); });
  }
  drop.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length === 0) return;
    input.files = event.dataTransfer.files;
    if (show()) form.requestSubmit();
  });
  // A file that misses the target must not replace the page.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());

  form.addEventListener("htmx:beforeRequest", () => { notSent.hidden = true; progress.hidden = false; bar.removeAttribute("value"); });
  form.addEventListener("htmx:xhr:progress", (event) => {
    const { loaded, total, lengthComputable } = event.detail;
    if (lengthComputable && loaded < total) bar.value = (100 * loaded) / total;
    else bar.removeAttribute("value");
  });
  form.addEventListener("htmx:afterRequest", () => { progress.hidden = true; });
  form.addEventListener("htmx:sendError", () => { notSent.hidden = false; });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "results") return;
    const target = document.getElementById("results-title") || event.detail.target.querySelector("[role=alert], h1");
    if (target) { target.setAttribute("tabindex", "-1"); target.focus(); }
  });
})();
