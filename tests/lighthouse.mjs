// Lighthouse over many pages in one browser. Reads {"flags": [...], "runs": [[address, "mobile" | "desktop"], ...]}
// from standard input; prints one line of JSON a run: address, form, scores by category (0 to 100), and the
// audits that cost points. CHROME_PATH names the browser.
import { launch } from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';
import { text } from 'node:stream/consumers';

const { flags, runs } = JSON.parse(await text(process.stdin));

// Audits without weight in a category say nothing about the marks, and some of them load the page again.
const needless = [
  'bf-cache', 'duplicated-javascript', 'final-screenshot', 'image-delivery-insight',
  'js-libraries', 'legacy-javascript', 'legacy-javascript-insight', 'network-dependency-tree-insight',
  'screenshot-thumbnails', 'third-parties-insight', 'unused-css-rules', 'unused-javascript',
  'valid-source-maps',
];

function missed(lhr, category) {
  return lhr.categories[category].auditRefs
    .filter((ref) => ref.weight > 0 && lhr.audits[ref.id].score !== null && lhr.audits[ref.id].score < 1)
    .map((ref) => `${ref.id} ${lhr.audits[ref.id].displayValue || lhr.audits[ref.id].score}`);
}

const chrome = await launch({ chromePath: process.env.CHROME_PATH, chromeFlags: ['--headless=new', ...flags] });
try {
  for (const [address, form] of runs) {
    const options = {
      port: chrome.port,
      disableFullPageScreenshot: true,
      skipAudits: needless,
      onlyCategories: form === 'mobile' ? ['performance', 'accessibility', 'best-practices', 'seo'] : ['performance'],
    };
    const { lhr } = await lighthouse(address, options, form === 'desktop' ? desktopConfig : undefined);
    const scores = Object.fromEntries(
      Object.entries(lhr.categories).map(([name, { score }]) => [name, Math.round(score * 100)]),
    );
    const lost = Object.fromEntries(
      Object.keys(scores).filter((name) => scores[name] < 100).map((name) => [name, missed(lhr, name)]),
    );
    const failed = lhr.runtimeError ? lhr.runtimeError.message : null;
    console.log(JSON.stringify({ address, form, scores, lost, failed }));
  }
} finally {
  chrome.kill();
}
