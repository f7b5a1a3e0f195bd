// Sends messages as an application does that logs to Splunk: the library is used as it comes.
"use strict";

const SplunkLogger = require("splunk-logging").Logger;

const [url, token, count] = process.argv.slice(2);
const logger = new SplunkLogger({ url, token, maxBatchCount: 0 });
logger.error = (error) => {
  console.error(String(error));
  process.exitCode = 1;
};
for (let number = 0; number < Number(count); number += 1) {
  logger.send({ message: { action: "login", number }, severity: "info", metadata: { host: "app-1", source: "portal" } });
}
logger.flush((error, response, body) => {
  if (error || body.code !== 0) {
    console.error(error || JSON.stringify(body));
    process.exitCode = 1;
  }
});
