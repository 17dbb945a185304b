// Written by projenrc/distribution-components.ts: do not edit.

/** Types by kind, without the underscores that a type may have besides. */
export type ComponentTable = { readonly [kind: string]: readonly string[] };

/** Of otelcol-k8s 0.159.0. */
export const K8S: ComponentTable = {
  receiver: [
    'filelog', 'fluentforward', 'hostmetrics', 'httpcheck', 'jaeger', 'journald', 'k8scluster', 'k8sevents', 'k8sobjects',
    'kubeletstats', 'otelarrow', 'otlp', 'prometheus', 'receivercreator', 'zipkin',
  ],
  processor: [
    'attributes', 'batch', 'cumulativetodelta', 'deltatocumulative', 'deltatorate', 'drain', 'experimentalmetricsgeneration',
    'filter', 'groupbyattrs', 'groupbytrace', 'interval', 'k8sattributes', 'logdedup', 'memorylimiter', 'metricstransform',
    'probabilisticsampler', 'redaction', 'remotetap', 'resource', 'resourcedetection', 'tailsampling', 'transform',
  ],
  exporter: [
    'debug', 'file', 'loadbalancing', 'nop', 'otelarrow', 'otlp_grpc', 'otlp_http',
  ],
  extension: [
    'ack', 'basicauth', 'bearertokenauth', 'cgroupruntime', 'filestorage', 'headerssetter', 'healthcheck', 'hostobserver',
    'httpforwarder', 'k8sleaderelector', 'k8sobserver', 'oauth2client', 'oidc', 'opamp', 'pprof', 'zpages',
  ],
  connector: [
    'count', 'exceptions', 'failover', 'forward', 'otlpjson', 'roundrobin', 'routing', 'servicegraph', 'spanmetrics',
  ],
};

/** Of otelcol-contrib 0.159.0. */
export const CONTRIB: ComponentTable = {
  receiver: [
    'activedirectoryds', 'aerospike', 'apache', 'apachespark', 'awscloudwatch', 'awscontainerinsight', 'awsecscontainermetrics',
    'awsfirehose', 'awslambda', 'awss3', 'awsxray', 'azureblob', 'azureeventhub', 'azuremonitor', 'carbon', 'chrony', 'ciscoos',
    'cloudflare', 'cloudfoundry', 'collectd', 'couchdb', 'datadog', 'dockerstats', 'elasticsearch', 'envoyals', 'expvar', 'faro',
    'filelog', 'filestats', 'flinkmetrics', 'fluentforward', 'github', 'gitlab', 'googlecloudmonitoring', 'googlecloudpubsub',
    'googlecloudspanner', 'haproxy', 'hostmetrics', 'httpcheck', 'icmpcheck', 'iis', 'influxdb', 'jaeger', 'journald', 'k8scluster',
    'k8sevents', 'k8sobjects', 'kafka', 'kafkametrics', 'kubeletstats', 'libhoney', 'loki', 'macosunifiedlogging', 'memcached',
    'mongodb', 'mongodbatlas', 'mysql', 'namedpipe', 'netflow', 'nginx', 'nop', 'nsxt', 'ntp', 'obi', 'oracledb', 'otelarrow', 'otlp',
    'otlpjsonfile', 'podman_stats', 'postgresql', 'pprof', 'prometheus', 'prometheus_simple', 'prometheusremotewrite', 'pulsar',
    'purefa', 'purefb', 'rabbitmq', 'receivercreator', 'redis', 'riak', 'saphana', 'skywalking', 'snmp', 'snowflake', 'solace',
    'splunkenterprise', 'splunkhec', 'sqlquery', 'sqlserver', 'sshcheck', 'statsd', 'stef', 'syslog', 'systemd', 'tcpcheck', 'tcplog',
    'tlscheck', 'udplog', 'vcenter', 'wavefront', 'webhookevent', 'windowseventlog', 'windowsperfcounters', 'windowsservice',
    'yanggrpc', 'zipkin', 'zookeeper',
  ],
  processor: [
    'attributes', 'batch', 'cardinalityguardian', 'coralogix', 'cumulativetodelta', 'deltatocumulative', 'deltatorate', 'drain',
    'experimentalmetricsgeneration', 'filter', 'genainormalizer', 'geoip', 'groupbyattrs', 'groupbytrace', 'interval',
    'isolationforest', 'k8sattributes', 'logdedup', 'memorylimiter', 'metricstarttime', 'metricstransform', 'probabilisticsampler',
    'redaction', 'remotetap', 'resource', 'resourcedetection', 'schema', 'span', 'sumologic', 'tailsampling', 'transform', 'unroll',
  ],
  exporter: [
    'alibabacloudlogservice', 'awscloudwatchlogs', 'awsemf', 'awskinesis', 'awss3', 'awsxray', 'azureblob', 'azuredataexplorer',
    'azuremonitor', 'bmchelix', 'cassandra', 'clickhouse', 'coralogix', 'datadog', 'dataset', 'debug', 'doris', 'elasticsearch',
    'faro', 'file', 'googlecloud', 'googlecloudpubsub', 'googlecloudstorage', 'googlemanagedprometheus', 'honeycombmarker',
    'influxdb', 'kafka', 'loadbalancing', 'logicmonitor', 'logzio', 'mezmo', 'nop', 'opensearch', 'otelarrow', 'otlp_grpc',
    'otlp_http', 'prometheus', 'prometheusremotewrite', 'pulsar', 'rabbitmq', 'sentry', 'signalfx', 'splunkhec', 'stef', 'sumologic',
    'syslog', 'tencentcloudlogservice', 'tinybird', 'zipkin',
  ],
  extension: [
    'ack', 'asapclient', 'awscloudwatchmetricstreamsencoding', 'awsiamdbauth', 'awslogsencoding', 'awsproxy', 'azureauth',
    'azureencoding', 'basicauth', 'bearertokenauth', 'cgroupruntime', 'datadog', 'dbstorage', 'dockerobserver', 'ecsobserver',
    'filestorage', 'googleclientauth', 'googlecloudlogentryencoding', 'headerssetter', 'healthcheck', 'hostobserver', 'httpforwarder',
    'jaegerencoding', 'jaegerremotesampling', 'jsonlogencoding', 'k8sleaderelector', 'k8sobserver', 'oauth2client', 'oidc', 'opamp',
    'otlpencoding', 'pebbletailstorage', 'pprof', 'redisstorage', 'sigv4auth', 'skywalkingencoding', 'sumologic', 'textencoding',
    'zipkinencoding', 'zpages',
  ],
  connector: [
    'count', 'datadog', 'exceptions', 'failover', 'forward', 'grafanacloud', 'otlpjson', 'roundrobin', 'routing', 'servicegraph',
    'signaltometrics', 'spanmetrics', 'sum',
  ],
};
