import { clientName } from '../../../src/report/model/client-name';
import { requestName } from '../../../src/report/model/request-name';

test.each([
  ['GET', '/api/v1/namespaces/shop/pods', '', 'list pods'],
  ['GET', '/api/v1/namespaces/shop/pods/cart-0?pretty=true', '', 'get pods'],
  ['', '', 'GET /api/v1/namespaces/{:namespace}/pods/{:name}', 'get pods'],
  ['', '', 'DELETE /apis/apps/v1/namespaces/{:namespace}/deployments', 'deletecollection deployments.apps'],
  ['POST', '/api/v1/namespaces/shop/pods/cart-0/eviction', '', 'create pods/eviction'],
  ['PUT', '/apis/example.com/v1/namespaces/shop/carts/a/status', 'HTTP PUT', 'update carts.example.com/status'],
  ['GET', '/api/v1/namespaces', '', 'list namespaces'],
  ['GET', '/api/v1/namespaces/shop', '', 'get namespaces'],
  ['PUT', '/api/v1/namespaces/shop/finalize', '', 'update namespaces/finalize'],
  ['GET', '/api/v1/nodes/cp-1', 'KubernetesAPI', 'get nodes'],
  ['GET', '/api/v1/watch/pods', '', 'watch pods'],
  ['GET', '/api/v1/pods?watch=true', '', 'watch pods'],
  ['GET', '/api/v1/pods?fieldSelector=metadata.name%3Dwatch', '', 'list pods'],
  ['POST', '/api/v1/namespaces/shop/pods/cart-0/exec?command=sh', '', 'connect pods/exec'],
  ['GET', '/api/v1/namespaces/shop/pods/cart-0/log', '', 'get pods/log'],
  ['GET', '/api/v1/namespaces/shop/pods/cart-0/log?follow=true', '', 'connect pods/log'],
  ['GET', '/readyz?verbose', '', 'get /readyz'],
  ['GET', '/openapi/v3/apis/apps/v1', '', 'get /openapi/v3/…'],
  ['GET', '/api/v1', '', 'get /api/v1'],
  ['GET', '/apis', '', 'get /apis'],
  ['', '', 'KubernetesAPI', 'get (no path)'],
])('%s %s %s is %s', (method, url, name, expected) => {
  const { verb, resource } = requestName(method, url, name);
  expect(`${verb} ${resource}`).toBe(expected);
});

test.each([
  ['kubectl/v1.37.2 (linux/amd64) kubernetes/0a1b2c3', 'kubectl/v1.37.2'],
  ['kube-controller-manager/v1.37.2 (linux/amd64) kubernetes/0a1b2c3/leader-election', 'kube-controller-manager/v1.37.2 leader-election'],
  ['kube-controller-manager/v1.37.2 (linux/amd64) kubernetes/0a1b2c3/system:serviceaccount:kube-system:job-controller',
    'kube-controller-manager/v1.37.2 system:serviceaccount:kube-system:job-controller'],
  ['shop/v0.0.0 (linux/amd64) kubernetes/$Format', 'shop/v0.0.0'],
  ['Go-http-client/2.0', 'Go-http-client/2.0'],
  ['', '(no user agent)'],
])('the client of %j is %s', (userAgent, expected) => {
  expect(clientName(userAgent)).toBe(expected);
});
