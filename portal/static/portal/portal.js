// Pages work without this file; it makes them nicer.

// The other language and the other view open at the place where the reader is.
for (const link of document.querySelectorAll("[data-keeps-fragment]")) {
  link.addEventListener("click", () => {
    link.hash = location.hash;
  });
}
