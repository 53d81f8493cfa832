// counts.mjs REPORT EXIT-CODE: prints "PASSED FAILED" of one vitest JSON report. A run that failed without a failed
// one (an error outside of them, a setup that threw, none at all) and a missing report count as one failure.
import { readFileSync } from 'node:fs';

const [file, code] = process.argv.slice(2);
let report = { numPassedTests: 0, numFailedTests: 0 };
let readable = true;
try {
  report = JSON.parse(readFileSync(file, 'utf8'));
} catch {
  readable = false;
}
let failed = report.numFailedTests;
if (failed === 0 && (code !== '0' || !readable || report.numPassedTests === 0)) failed = 1;
console.log(`${report.numPassedTests} ${failed}`);
