import { App, Chart } from 'cdk8s';
import { Collector } from '../../src';

const app = new App();
new Collector(new Chart(app, 'gateway'), 'collector');
app.synth();
