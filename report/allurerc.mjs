// How Allure shows the results, whatever they are of. What depends on them, render.mjs adds.
// `npx allure generate --config allurerc.mjs RESULTS` works too, without that and with Allure's analytics in the page.

export default {
  name: "Conformance",
  // Labels that repeat what the tree, the title or the environment says.
  hideLabels: ["epic", "parentSuite", "suite", "env", "requirement", "category"],
  plugins: {
    awesome: {
      options: {
        singleFile: true,
        reportLanguage: "en",
        groupBy: ["feature", "story"],
        sections: ["charts"],
      },
    },
  },
};
